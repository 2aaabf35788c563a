"""What `taizhang doctor` looks at beyond the checkup of a running server: settings, files, mail, address, time."""
