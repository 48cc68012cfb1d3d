"""The fault tests at their full length: 50 kills, 30 loads beside three readers, 1,000 mutants."""
