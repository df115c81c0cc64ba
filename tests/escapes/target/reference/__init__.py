"""The reference of a course of one assignment."""
