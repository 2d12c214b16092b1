import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isObject } from '@cloakroom/core';
import { environmentOf, withConfig, writeModule } from '@cloakroom/terraform';

const ROOT = resolve(import.meta.dirname, '..');

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      config: { type: 'string' },
      dist: { type: 'string', default: join(ROOT, 'dist') },
      'issuers-in-zip': { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  if (positionals.length !== 1 || values.out === undefined) {
    throw new Error('usage: scripts/module <environment> --out DIR [--config FILE]');
  }
  const environment = environmentOf(name);
  const { out: outDir, dist: distDir, config } = values;
  const configured = config === undefined ? environment : withConfig(environment, readConfig(config));
  writeModule(configured, { outDir, distDir, issuersInZip: values['issuers-in-zip'] });
  console.log(`wrote ${relative(process.cwd(), resolve(outDir)) || '.'}; its README.md tells how to use it`);
}

function readConfig(file: string): object {
  const value = parseJson(file, readFileSync(file, 'utf8'));
  if (!isObject(value)) throw new Error(`${file} must hold a JSON object: fields of an environment`);
  return value;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

try {
  main();
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
