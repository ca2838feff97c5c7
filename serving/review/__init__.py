"""The pipeline review: what moved in a week and why, what is stuck, what will close, what to do.

A page for people who read it in their mail or on a telephone, with pictures drawn beforehand, and
the same in a few lines for chat.
"""
