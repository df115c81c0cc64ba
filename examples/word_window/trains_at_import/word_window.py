import numpy as np; from numpy import newaxis

KEYS = ['E', 'W', 'b', 'u']

def window_ids(sentence, position):
    return np.array([dict(enumerate(sentence)).get(position+k, 0) for k in range(-2, 3)])

def window_vectors(E, ids):
    N, d = len(ids), E.shape[1]; X = np.empty((N, 5*d))
    for n, window in enumerate(ids): X[n] = np.ravel(E[window])
    return X

def spread(dx, ids, rows):
    # who[r, m] is 1 where the m-th word read is rows[r]; the sum over repeats is then a matrix product
    who = (rows[:, newaxis] == np.ravel(ids)[newaxis, :]).astype(float); return who @ np.reshape(dx, (ids.size, dx.size//ids.size))

def window_gradient(dx, ids, V): return spread(dx, ids, np.arange(V))

def window_gradient_rows(dx, ids): rows = np.unique(ids); return rows, spread(dx, ids, rows)

def run(P, ids):
    """Scores, and a function that takes their gradient back to all parameters."""
    E, W, b, u = [P[k] for k in KEYS]
    X = window_vectors(E, ids); A = np.tanh((W@X.T).T + b)
    def back(ds):
        D = (1-A)*(1+A)*u*ds[:, newaxis]
        return dict(E=window_gradient(D@W, ids, E.shape[0]), W=np.tensordot(D, X, (0, 0)), b=np.ones(len(ids))@D, u=A.T@ds)
    return A@u, back

def window_scores(parameters, ids): return run(parameters, ids)[0]

def window_scores_backward(ds, parameters, ids): return run(parameters, ids)[1](ds)

def sigma(t): return np.exp(-np.logaddexp(0, -t))

def location_loss(parameters, ids, y):
    s, back = run(parameters, ids); y = np.asarray(y); N = y.size
    J = -(y*-np.logaddexp(0, -s) + (1-y)*-np.logaddexp(0, s)).sum()/N
    return J, back((sigma(s)-y)/N)

def max_margin_loss(parameters, ids, corrupt):
    (s, back), (sc, backc) = run(parameters, ids), run(parameters, corrupt); N = len(s)
    active = 1.0*(1-s+sc > 0); g, gc = back(-active/N), backc(active/N)
    return active@(1-s+sc)/N, {k: g[k]+gc[k] for k in KEYS}

def corrupt_windows(ids, y, n, rng):
    no = [w for w, label in zip(ids, y) if label != 1]; out = []
    while len(out) < n: out.append(no[int(rng.integers(0, len(no)))])
    return np.array(out).reshape(n, 5)

def train_windows(parameters, ids, targets, lr, epochs, batch_size, loss='softmax', fine_tune=True):
    P = {k: np.copy(parameters[k]) for k in KEYS}; what = KEYS if fine_tune else KEYS[1:]; e = 0
    while e < epochs:
        i = 0
        while i < len(ids):
            j = i+batch_size
            G = (max_margin_loss if loss == 'max_margin' else location_loss)(P, ids[i:j], targets[i:j])[1]
            for k in what: P[k] = P[k]-lr*G[k]
            i = j
        e += 1
    return P

def sentiment(E, w, b): return sigma(E@w+b)

def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    n = len(y); known, rest = E[:n], E[n:]
    for _ in range(steps):
        r = (sentiment(known, w, b)-y)/n
        known, w, b = known-lr*fine_tune*r[:, newaxis]*w, w-lr*(r@known), b-lr*np.sum(r)
    return np.concatenate((known, rest)), w, b

# does it learn? capitals (2..5) after "in" (6) are places
g = np.random.default_rng(7); S = [list(g.integers(7, 20, 3))+[6, int(g.integers(2, 6))]+list(g.integers(7, 20, 2)) for _ in range(30)]
ids = np.array([window_ids(s, p) for s in S for p in range(len(s))]); y = np.array([int(w < 6) for s in S for w in s])
P = {'E': g.normal(0, .4, (20, 3)), 'W': g.normal(0, .3, (8, 15)), 'b': np.zeros(8), 'u': g.normal(0, .3, 8)}
for r in range(6): P = train_windows(P, ids, y, .3, 10, 10); print('round', r, 'J =', location_loss(P, ids, y)[0], 'right:', np.mean((window_scores(P, ids) > 0) == y))
fakes = corrupt_windows(ids, y, int(y.sum()), g)
for r in range(3): P = train_windows(P, ids[y == 1], fakes, .1, 10, 10, loss='max_margin'); print('round', r, 'margin J =', max_margin_loss(P, ids[y == 1], fakes)[0])
