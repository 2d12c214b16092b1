import { join } from 'node:path';

/** What its own start script opens to the libraries it uses. */
const OPENED = ['java.util', 'java.util.concurrent', 'java.security', 'java.lang'];

/**
 * Memory for a few people, and neither the optimizing compiler nor the parallel collector, which are for servers that run for
 * days: it starts in two thirds of the time.
 */
const FOR_ONE_DEVELOPER = ['-Xmx512m', '-XX:MaxMetaspaceSize=256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Runs Keycloak in one process, where its start script, `bin/kc.sh`, would put a shell before it. */
export function keycloakCommand(home: string, args: readonly string[]): readonly string[] {
  return [
    'java',
    ...FOR_ONE_DEVELOPER,
    '-XX:+ExitOnOutOfMemoryError',
    '-Dfile.encoding=UTF-8',
    '-Duser.language=en',
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${join(home, 'conf')}`,
    '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
    ...OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    '-cp',
    join(home, 'lib/quarkus-run.jar'),
    'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
    ...args,
  ];
}
