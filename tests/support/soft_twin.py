"""The slow twin of soft debiasing: gradient descent over T itself, on the words themselves."""

import numpy as np
from scipy.optimize import minimize


def slow_objective(t, units, neutral, subspace, strength):
    """Return |(TW)'(TW) - W'W|^2 + strength |(TN)'(TB)|^2 and its gradient, words as rows."""
    moved, bent = units @ t.T, subspace @ t.T
    change = moved @ moved.T - units @ units.T
    bias = moved[neutral] @ bent.T
    value = np.sum(change**2) + strength * np.sum(bias**2)
    gradient = 4 * moved.T @ change @ units
    gradient += 2 * strength * (moved[neutral].T @ bias @ subspace)
    gradient += 2 * strength * (bent.T @ bias.T @ units[neutral])
    return value, gradient


def slow_soft(units, neutral, subspace, strength):
    """Return the T that descent from the identity ends at, (dim, dim)."""
    dim = units.shape[1]

    def flat(numbers):
        value, gradient = slow_objective(
            numbers.reshape(dim, dim), units, neutral, subspace, strength
        )
        return value, gradient.ravel()

    options = {"maxiter": 20_000, "maxfun": 100_000, "ftol": 1e-15, "gtol": 1e-9}
    found = minimize(flat, np.eye(dim).ravel(), jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(dim, dim)
