import { readFileSync } from 'node:fs';

/** Resident memory of a process now and at its most, in MB, from Linux's /proc; NaN where there is none. */
export function memoryOf(pid: number | undefined): { residentMb: number; peakMb: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
    return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
  } catch {
    return { residentMb: Number.NaN, peakMb: Number.NaN };
  }
}
