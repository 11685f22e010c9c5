"""Who works on which run, and what becomes of it: the queue, the lease, the steps, the reaper, the schedules."""
