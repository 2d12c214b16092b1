import type { Telemetry } from '@cloakroom/core';
import type { StoreLogger, StoreMetric } from './options.ts';
import type { Settings } from './settings.ts';

/** What a store tells its operator. */
export interface Report {
  count(metric: StoreMetric, value?: number): void;
  warn(code: string, message: string, fields?: object): void;
  error(code: string, message: string, fields?: object): void;
}

const LINES: StoreLogger = {
  warn: (message, fields) => writeLine('WARN', message, fields),
  error: (message, fields) => writeLine('ERROR', message, fields),
};

function writeLine(level: string, message: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

/** A logger, or a counter, that fails is not to fail a request. */
export function createReport({ logger, onMetric }: Pick<Settings, 'logger' | 'onMetric'>): Report {
  return {
    count(metric, value = 1) {
      quietly(() => onMetric?.(metric, value));
    },
    warn: lineOf('warn', logger),
    error: lineOf('error', logger),
  };
}

/** What the way to AWS tells: of credentials and clients. */
export function telemetryOf({ logger }: Pick<Settings, 'logger'>): Telemetry {
  const nothing = () => undefined;
  return {
    log: { info: lineOf('info', logger), warn: lineOf('warn', logger), error: lineOf('error', logger) },
    meter: { count: nothing, countLine: nothing, gauge: nothing },
  };
}

function lineOf(method: keyof StoreLogger, logger: StoreLogger = LINES): Report['warn'] {
  return (code, message, fields = {}) => quietly(() => logger[method]?.(message, { code, ...fields }));
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Nobody is left to be told.
  }
}
