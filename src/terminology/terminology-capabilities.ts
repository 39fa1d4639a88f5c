import type { TerminologyCapabilities } from '@medplum/fhirtypes';
import type { Definitions } from './definitions.ts';

/** Parameters of `$expand` that are understood (operations/expand.ts). */
const expansionParameters = ['url', 'valueSetVersion', 'valueSet', 'filter', 'offset', 'count', 'includeDesignations', 'includeDefinition', 'activeOnly', 'excludeNotForUI', 'displayLanguage', 'system-version', 'force-system-version', 'check-system-version'];

/** http://hl7.org/fhir/R4/terminologycapabilities.html: whose codes are held here and what can be asked about them. */
export async function terminologyCapabilities(definitions: Definitions, about: { url: string; version: string; date: string }): Promise<TerminologyCapabilities> {
  const systems = await definitions.codeSystems();
  return {
    resourceType: 'TerminologyCapabilities',
    url: `${about.url}/metadata?mode=terminology`,
    version: about.version,
    name: 'KartaTerminology',
    title: 'Карта — терминология',
    status: 'active',
    date: about.date,
    publisher: 'Karta',
    kind: 'instance',
    software: { name: 'Karta', version: about.version },
    implementation: { description: 'Карта — единая медицинская карта региона', url: about.url },
    codeSystem: [...systems].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([uri, versions]) => ({
      uri,
      ...(versions.length > 0 && { version: versions.map((code, index) => ({ code, isDefault: index === 0 })) }),
      subsumption: true,
    })),
    expansion: { hierarchical: false, paging: true, incomplete: false, parameter: expansionParameters.map((name) => ({ name })), textFilter: 'Слова в любом порядке, по основам, с опечатками; лучшее совпадение первым. · Words in any order, by their stems, misspelt too; the best match first.' },
    codeSearch: 'explicit',
    validateCode: { translations: false },
    translation: { needsMap: true },
  };
}
