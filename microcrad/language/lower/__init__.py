"""What people write is lowered to the core: functions and lists are unrolled, other spellings made one."""
