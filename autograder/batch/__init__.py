"""Many submissions: found in what a learning platform exports, graded in parallel, kept so that nothing is lost.

Theory of operation. Three kinds of trusted processes, and below them the sandbox as ever:

- The batch (run) finds the submissions (discovery, exports, identity), looks which of them are graded already
  (fingerprint, store), hands the others out (crew), and writes what comes back, each at once and whole.
- A bay, one for each core, is a fresh python that loads numpy, pytest, the reference and the tolerances once, collects
  the assignment's checks, and then forks a grader for each submission it is given (bay, warm).
- A grader is such a fork. It grades one submission and ends. So every submission meets the same state, whatever came
  before it, and a grader that dies takes no other submission with it.

The graders of one bay, one after the other, share one zygote, which never runs what a student wrote and is told nothing
of a submission but the folder it lies in. When a submission is done its workers are killed and waited for before the
next begins; where that is in any doubt, the zygote goes with them (zygotes).

This process sees no byte of a submission but to hash it, and the paths to it; a report comes back as JSON.

On a Dask cluster (cluster) bays are on its workers, each started by a thread of a worker that stays (site). Submissions
and the assignment go there as data (parcel), and are laid out so that the same bays grade them in the same way.
"""
