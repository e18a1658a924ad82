"""First step: what a class handed in, one submission a student; nothing is executed and nothing unpacked."""
