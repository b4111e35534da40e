"""What `avatanime bench` measures; each module is one of its commands or a part of one."""
