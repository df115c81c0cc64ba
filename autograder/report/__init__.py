"""A class's results as pages: what the class misunderstood, and of each submission what was found, all of it offline.

Theory of operation. ``build`` reads a results folder, one submission after the other, as the batch wrote it
(batch/store.py), writes each one's page and keeps of it only what the class's page counts (classroom, groups, items).
``pages`` fills the templates; ``figures`` and ``svg`` draw with matplotlib.

Whatever a student may have written or chosen, names, messages, prints and lines of code, is hostile: it is cleaned of
characters that act by themselves (clean.py) and then escaped by jinja2, in every place of every template. Each page
states a Content-Security-Policy by which a browser fetches nothing, and runs the one script whose hash stands in it.
"""
