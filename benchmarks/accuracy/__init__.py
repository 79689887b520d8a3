"""The accuracy contract: the largest error of every function, measured against twins of higher precision."""
