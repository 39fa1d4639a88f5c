import type { ParametersParameter } from '@medplum/fhirtypes';
import { Problem } from '../../kernel/problem.ts';
import { conceptOf } from '../code-system.ts';
import { bad } from './arguments.ts';
import { displayIn, parameters, titled, type TerminologyOperation } from './ground.ts';
import { fixedSystem } from './validate-code.ts';

/** http://hl7.org/fhir/R4/codesystem-operation-lookup.html: all that is known of a code; `property` narrows it. */
export const lookup: TerminologyOperation = {
  name: 'lookup',
  type: 'CodeSystem',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup',
  async run(ground, given, id) {
    const coding = given.coding('coding');
    const code = given.text('code') ?? coding?.code;
    if (code === undefined) throw new Problem('terminology.parameter-missing', { names: 'code, coding' });
    if (coding && given.text('code') !== undefined) throw bad('code, coding', '2', '1');
    const version = given.text('version') ?? coding?.version;
    const system = given.text('system') ?? coding?.system;
    if (id === undefined && system === undefined) throw new Problem('terminology.parameter-missing', { names: 'system' });
    const source = (await fixedSystem(ground, given, id)) ?? (await ground.definitions.codeSystem(system!, version));
    if (!source) throw new Problem('terminology.unknown-system', { system: titled({ url: system!, version }) });
    const concept = await conceptOf(source, code);
    if (!concept) throw new Problem('terminology.unknown-code', { code, system: source.url, version: source.version ?? '—' });

    const wanted = new Set(given.texts('property').flatMap((one) => one.split(',')).map((one) => one.trim()));
    const wants = (name: string) => wanted.size === 0 || wanted.has(name) || wanted.has('*');
    const wantsDesignation = (language: string) => wants('designation') || wanted.has(`lang.${language}`);
    const described = (name: string): ParametersParameter[] => {
      const description = source.properties.find((property) => property.code === name)?.description;
      return description === undefined ? [] : [{ name: 'description', valueString: description }];
    };
    const property = (name: string, value: Omit<ParametersParameter, 'name'>): ParametersParameter => ({ name: 'property', part: [{ name: 'code', valueCode: name }, { name: 'value', ...value }, ...described(name)] });
    const children = wants('child') ? await source.children(concept.code) : [];
    return parameters([
      { name: 'name', valueString: source.name },
      source.version === undefined ? undefined : { name: 'version', valueString: source.version },
      { name: 'display', valueString: displayIn(concept, source.language, given.text('displayLanguage')) ?? concept.code },
      ...concept.designations.filter(({ language }) => wantsDesignation(language)).map(({ language, use, value }) => ({ name: 'designation', part: [...(language ? [{ name: 'language', valueCode: language }] : []), ...(use ? [{ name: 'use', valueCoding: use }] : []), { name: 'value', valueString: value }] })),
      wants('definition') && concept.definition !== undefined ? property('definition', { valueString: concept.definition }) : undefined,
      ...(wants('parent') ? concept.parents.map((parent) => property('parent', { valueCode: parent })) : []),
      ...children.map((child) => property('child', { valueCode: child })),
      wants('inactive') ? property('inactive', { valueBoolean: !concept.active }) : undefined,
      wants('notSelectable') && concept.abstract ? property('notSelectable', { valueBoolean: true }) : undefined,
      ...concept.properties.filter((one) => wants(one.code)).map(({ code: name, ...value }) => property(name, value)),
    ]);
  },
};
