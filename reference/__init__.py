"""The whole lecture in numpy: the ground truth that assignments are graded against, and a text to learn it from.

reference/README.md maps every topic of the lecture to its module here.
"""
