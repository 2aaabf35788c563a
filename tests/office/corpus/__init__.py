"""Workbooks and documents as offices keep them, made by several programs; `make.py` says how."""
