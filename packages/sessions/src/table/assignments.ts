import { toItem } from './table.ts';

/** The parts of an update that give an item these attributes. One that is undefined is taken away. */
export function assignments(fields: Readonly<Record<string, unknown>>) {
  const names = Object.keys(fields);
  const isSet = (name: string) => fields[name] !== undefined;
  const [set, gone] = [names.filter(isSet), names.filter((name) => !isSet(name))];
  const clauses = [
    ...(set.length === 0 ? [] : [`SET ${set.map((name) => `#${name} = :new_${name}`).join(', ')}`]),
    ...(gone.length === 0 ? [] : [`REMOVE ${gone.map((name) => `#${name}`).join(', ')}`]),
  ];
  return {
    UpdateExpression: clauses.join(' '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: toItem(Object.fromEntries(set.map((name) => [`:new_${name}`, fields[name]]))),
  };
}
