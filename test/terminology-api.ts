import type { Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { mountTerminology } from '../src/apps/terminology-operations.ts';
import { importDictionaries } from '../src/apps/commands/import-dictionary.ts';
import type { Database } from '../src/db/types.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { openStore } from '../src/store/index.ts';
import { codeLookup } from '../src/terminology/code-lookup.ts';
import { Definitions } from '../src/terminology/definitions.ts';
import { openTerminology } from '../src/terminology/open-terminology.ts';
import { terminologyCapabilities } from '../src/terminology/terminology-capabilities.ts';
import { openFhirApi } from './fhir-api.ts';

/** The FHIR API with the terminology operations on a migrated database. */
export async function openTerminologyApi(database: Database) {
  const terminology = await openTerminology(database);
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const definitions = new Definitions(database, store, terminology);
  const api = await openFhirApi(database, { operations: mountTerminology(definitions), codes: codeLookup(() => definitions), terminology: (about) => terminologyCapabilities(definitions, about) });
  return {
    ...api,
    terminology,
    definitions,
    /** Imports dictionaries as the command does; answers its lines. */
    async importFrom(...paths: string[]) {
      const lines: string[] = [];
      const code = await importDictionaries(paths, { database, store, now: new Date(), language: 'en', say: (text) => lines.push(typeof text === 'string' ? text : text.en) });
      await terminology.refresh();
      return { code, lines };
    },
    /** The answer of an operation by GET; `at` is the type, or type and id. */
    async ask<T extends Resource = Parameters>(at: string, name: string, query: Record<string, string | string[]>): Promise<T> {
      const search = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, one])));
      return (await api.send('GET', `/${at}/$${name}?${search}`)).json<T>();
    },
  };
}

/** The parameter of that name, and of a `property` the value of the code's. */
export function valueOf(parameters: Parameters, name: string): unknown {
  const found = parameters.parameter?.find((one) => one.name === name);
  return found && bare(found);
}

export function propertyOf(parameters: Parameters, code: string): unknown[] {
  const properties = parameters.parameter?.filter(({ name, part }) => name === 'property' && part?.some((one) => one.name === 'code' && one.valueCode === code)) ?? [];
  return properties.map(({ part }) => bare(part!.find(({ name }) => name === 'value')!));
}

export const bare = (one: ParametersParameter): unknown => Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
