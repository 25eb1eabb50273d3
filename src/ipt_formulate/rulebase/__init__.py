"""Rules as data: their texts, their conditions as trees, parameters, the loader and its checks."""
