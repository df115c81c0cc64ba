"""Promise 2: what the student wrote can neither see the answers, nor set its score, nor hurt the grader.

Theory of operation. There are four kinds of processes:

- The grader (session, hatch, link, memory, meter) holds the reference, the checks and the results. It never imports,
  unpickles or evaluates anything of the student's, and takes whatever comes back apart byte by byte.
- The zygote (zygote) is a fresh exec with an empty environment: python with numpy loaded, and nothing that a student
  should not see. It forks a stem for each submission, as the grader tells it over a socket (control, offspring).
- A stem (stem) gives up layer by layer what none of its workers may have (confinement, lockdown, limits, identity,
  landlock), and tries each lock before it trusts it (probes). It forks workers, kills them and waits for them, and
  never sees the submission.
- A worker (worker, loader, cells, absent, faults) is forked for one check. It takes the locks that are its own (seccomp
  last), and only then loads the submission and answers calls. It may make threads but no processes, so a kill leaves no
  survivor.

What passes between grader and worker (wire, values, encoder, decoder) are values, never verdicts: a forged reply is
only a wrong value. Deadlines, kills and scores are the grader's alone. How much is in force is a level (levels); below
the standard level nothing is run.
"""
