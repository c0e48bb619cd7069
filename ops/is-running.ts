/** True where a process of this machine is there; one that may not be signalled is. */
export function isRunning(pid: number): boolean {
  // 0 and negative numbers would be groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
