"""Everything that knows Gradescope: results.json, the submission's metadata, the run in its container, the upload zip.

The facts are from Gradescope's public documentation (autograders: specifications, technical details, 2025).
entry -> supervisor -> results -> contract; upload and metadata stand by themselves. Nothing in here but upload may
import more than the standard library and the nouns of a grading: the supervisor has to stay small and to stay alive.
"""
