"""Ogive beside its peers: problems x libraries, side by side in one process, two threads each."""
