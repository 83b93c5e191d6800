"""The demonstration: real figures of one district, a training round, and an account for each role.

Loaded by `manage.py load_demo`, only where the setting DEMO is on. Loading again adds what is missing, moves the
deadlines of open campaigns that have passed, and touches nothing a user changed.
"""
