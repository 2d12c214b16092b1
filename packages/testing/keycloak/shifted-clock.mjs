import { readFileSync } from 'node:fs';
import { shiftDate } from './shift-date.ts';

/** For a function's process, by `node --import`: its clock is ahead by the seconds in the file that CLOCK_FILE names. */
shiftDate(() => Number(readFileSync(process.env.CLOCK_FILE, 'utf8')));
