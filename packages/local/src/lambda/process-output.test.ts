import { writeSync } from 'node:fs';
import { afterEach, expect, it } from '@jest/globals';
import { openProcessOutput, type ProcessOutput } from './process-output.ts';

let lines: string[];
let output: ProcessOutput;
function open(): void {
  lines = [];
  output = openProcessOutput((line) => lines.push(line));
}
afterEach(() => output.close());

it('hands on lines when they are complete, and the rest at the end', () => {
  open();
  writeSync(output.fd, 'one\ntw');
  output.read();
  expect(lines).toEqual(['one']);
  writeSync(output.fd, 'o\nthree');
  output.read();
  expect(lines).toEqual(['one', 'two']);
  output.close();
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(output.size()).toBe(13);
});

it('does not keep a line that never ends', () => {
  open();
  writeSync(output.fd, 'x'.repeat(2_500_000));
  output.read();
  expect(lines.length).toBeGreaterThan(1);
  output.close();
  expect(lines.join('')).toBe('x'.repeat(2_500_000));
});
