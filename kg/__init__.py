"""Knowledge graphs of industry landscapes, from Chinese reports."""
