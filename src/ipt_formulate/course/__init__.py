"""The course: from an agreed focus to an end that is prepared."""
