import { parseArgs } from 'node:util';
import { type EnvironmentName, environmentOf } from '@cloakroom/terraform';
import { type ApiName, parseApiName } from './attached-api.ts';

const USAGE =
  'usage: scripts/doctor <environment> [--api http|rest|websocket:<id>[/<stage>]]… ' +
  "[--except 'GET /health']… [--notify-test] [--json]; more with --help";

export interface DoctorOptions {
  readonly environment: EnvironmentName;
  /** Looked at besides what the environment names. */
  readonly apis: readonly ApiName[];
  /** Route keys of APIs of others that are meant to be without the authorizer. */
  readonly except: readonly string[];
  readonly isNotifying: boolean;
  readonly isJson: boolean;
  /** Where `terraform output -json` was written to; undefined: Terraform is asked. */
  readonly outputsFile: string | undefined;
}

/** @throws Error in one line */
export function readDoctorOptions(args: string[]): DoctorOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      api: { type: 'string', multiple: true, default: [] },
      except: { type: 'string', multiple: true, default: [] },
      'notify-test': { type: 'boolean', default: false },
      outputs: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name = '', ...more] = positionals;
  if (name === '' || more.length > 0) throw new Error(USAGE);
  if (name === 'local') {
    throw new Error('scripts/doctor looks at AWS: of scripts/dev, ask scripts/smoke --env local');
  }
  environmentOf(name);
  return {
    environment: name,
    apis: values.api.map(parseApiName),
    except: values.except,
    isNotifying: values['notify-test'],
    isJson: values.json,
    outputsFile: values.outputs,
  };
}
