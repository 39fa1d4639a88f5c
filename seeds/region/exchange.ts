import type { SearchParameter, Subscription } from '@medplum/fhirtypes';

/** A search parameter of the region's own: patients by the number of their district. */
export function districtParameter(): SearchParameter & { id: string } {
  return {
    resourceType: 'SearchParameter', id: 'demo-district', url: 'urn:karta:demo:search-parameter:district', name: 'district', status: 'active',
    description: 'Участок, к которому прикреплён пациент', code: 'district', base: ['Patient'], type: 'string',
    expression: "Patient.extension.where(url = 'urn:karta:district').value",
  };
}

/**
 * Two programs of others that want to hear of changes. Their addresses are examples (RFC 2606): nothing is ever sent, and the pages show
 * a subscription that waits for the operator's leave and one that is off.
 */
export function demoSubscriptions(): (Subscription & { id: string })[] {
  const to = (endpoint: string): Subscription['channel'] => ({ type: 'rest-hook', endpoint, payload: 'application/fhir+json' });
  return [
    { resourceType: 'Subscription', id: 'demo-laboratory', status: 'requested', reason: 'Результаты анализов — порталу области', criteria: 'Observation?category=laboratory', channel: to('https://portal.example.org/fhir/hook') },
    { resourceType: 'Subscription', id: 'demo-register', status: 'off', reason: 'Новые диагнозы — регистру диспансерного учёта', criteria: 'Condition?category=problem-list-item', channel: to('https://register.example.org/fhir/hook') },
  ];
}
