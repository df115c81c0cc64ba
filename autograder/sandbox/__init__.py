"""Promise 2: what the student wrote can neither see the answers, nor set its score, nor hurt the grader."""
