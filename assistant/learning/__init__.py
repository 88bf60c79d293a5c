"""Exercises for trainees: a library in, questions out that its own provisions answer."""
