import { Construct } from 'constructs';
import type { Own } from '../environments/own-schema.ts';
import type { ApiRoute } from '../modules/http_api/http-api.ts';
import { FunctionRole } from '../modules/iam/function-role.ts';
import type { Statement } from '../modules/iam/policy.ts';
import { type Code, Lambda } from '../modules/lambda/lambda.ts';
import type { LogSettings } from '../modules/monitoring/log-group.ts';

const DEFAULT_MEMORY_MB = 512;
const DEFAULT_TIMEOUT_SECONDS = 15;

interface OwnFunctionsProps {
  readonly own: Own | undefined;
  /** What every name in AWS begins with. */
  readonly prefix: string;
  readonly logs: LogSettings;
  /** The built zip of a function, by its name below the folder of all. */
  code(name: string): Code;
}

/** What a team serves by itself. */
export interface OwnApi {
  /** Behind the authorizer, each: there is no other kind. */
  readonly routes: Readonly<Record<string, ApiRoute>>;
  /** In AWS, by the names that the team gave. */
  readonly functionNames: Readonly<Record<string, string>>;
}

/**
 * The team's own functions, outside any VPC: each with a role of its own, a log group and an alias `live`, as Cloakroom's are. Their
 * addresses begin with `own_`, so that no later function of Cloakroom's has one of them.
 */
export function addOwnFunctions(parent: Construct, { own, prefix, logs, code }: OwnFunctionsProps): OwnApi {
  if (own === undefined) return { routes: {}, functionNames: {} };
  const [roles, functions] = [new Construct(parent, 'own-roles'), new Construct(parent, 'own-functions')];
  const aliases = new Map(
    Object.entries(own.functions).map(([name, { statements = [], variables = {}, memoryMb, timeoutSeconds }]) => {
      const [id, functionName] = [`own-${name}`, `${prefix}-${name}`];
      const role = new FunctionRole(roles, id, { name: functionName, statements: named(statements) });
      const { alias } = new Lambda(functions, id, {
        functionName,
        role,
        code: code(`own/${name}`),
        environment: variables,
        memoryMb: memoryMb ?? DEFAULT_MEMORY_MB,
        timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
        logs,
      });
      return [name, alias];
    }),
  );
  const routes = Object.entries(own.routes).flatMap(([routeKey, name]) => {
    const alias = aliases.get(name);
    return alias === undefined
      ? []
      : [[routeKey, { function: `own-${name}`, alias, authorization: 'CUSTOM' } as const] as const];
  });
  return {
    routes: Object.fromEntries(routes),
    functionNames: Object.fromEntries([...aliases].map(([name, alias]) => [name, alias.functionName])),
  };
}

function named(statements: readonly Omit<Statement, 'sid'>[]): readonly Statement[] {
  return statements.map((statement, index) => ({ sid: `Own${index + 1}`, ...statement }));
}
