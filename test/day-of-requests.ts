import { HttpPerson } from './robustness/http-person.ts';

/**
 * What happens in a day, good and bad, each with words that must never stand in a log. Answers those words: names, numbers, passwords,
 * tokens, codes, and what was typed where it did not belong.
 */
export async function dayOfRequests(url: string): Promise<{ secrets: Map<string, string>; statuses: number[] }> {
  const secrets = new Map<string, string>();
  const secret = (what: string, word: string): string => {
    secrets.set(what, word);
    return word;
  };
  const statuses: number[] = [];
  const ask = async (person: HttpPerson, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await person.send(method, path, { ...(body !== undefined && { body }), headers });
    statuses.push(answer.status);
    return answer;
  };

  const doctor = await HttpPerson.signIn(url, 'doctor', secret('a password', 'karta-demo'));
  secret('a session cookie', doctor.credentials.cookie!.split('=')[1]!);
  const program = await HttpPerson.system(url);
  secret('an access token', program.credentials.authorization!.split(' ')[1]!);
  secret('a secret of a client', 'demo-system-secret');
  secret('its Basic header', Buffer.from('demo-system:demo-system-secret').toString('base64'));
  secret('a patient of the demo', 'Иванова');
  secret('his СНИЛС', '11223344595');
  const stranger = new HttpPerson(url, {});

  await ask(stranger, 'POST', '/api/session', { login: secret('a login that is none', 'kto-to-drugoy'), password: secret('a wrong password', 'не-тот-пароль-97') });
  await ask(stranger, 'POST', '/api/session', `{"login": "doctor", "password": "${secret('a password in a body that is no JSON', 'сломанный-пароль-31')}`);
  await ask(stranger, 'GET', '/fhir/R4/Patient/demo-ivanova', undefined, { authorization: `Bearer ${secret('a token that is none', 'tokenthatisnone4242')}` });
  await ask(stranger, 'POST', '/oauth/token', `grant_type=authorization_code&code=${secret('a code that is none', 'codethatisnone7171')}&client_id=demo-system`, { 'content-type': 'application/x-www-form-urlencoded' });
  await ask(doctor, 'GET', '/api/chart/demo-ivanova');
  await ask(doctor, 'POST', '/api/patients/find', { text: secret('words of a search', 'Разыскиваемая') });

  const family = secret('a new patient', 'Неразглашаемая');
  const snils = secret('her СНИЛС', '08765430300');
  const patient = { resourceType: 'Patient', name: [{ family, given: ['Тайна'] }], identifier: [{ system: 'urn:identity:snils:Patient', value: snils }], birthDate: '1961-02-03' };
  await ask(program, 'POST', '/fhir/R4/Patient', patient);
  await ask(program, 'POST', '/fhir/R4/Patient', patient, { 'if-none-exist': `identifier=urn:identity:snils:Patient|${snils}`, 'idempotency-key': 'day-1' });
  await ask(program, 'GET', `/fhir/R4/Patient?family=${encodeURIComponent(family)}&identifier=${snils}`);
  await ask(program, 'POST', '/fhir/R4/Patient/_search', `family=${encodeURIComponent(family)}`, { 'content-type': 'application/x-www-form-urlencoded' });
  await ask(program, 'POST', '/fhir/R4/Patient', { ...patient, gender: secret('a wrong value', 'неведомый-пол'), birthDate: 'вчера' });
  await ask(program, 'POST', '/fhir/R4/Patient', `{"resourceType": "Patient", "name": "${secret('a name in what is no JSON', 'Оборванная')}`);
  await ask(program, 'POST', '/fhir/R4/Patient', { ...patient, name: [{ family: `${secret('a name that the database refuses', 'Нулевая')}\u0000` }] });
  await ask(program, 'POST', '/fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: { ...patient, name: [{ family: secret('a name in a Bundle', 'Связанная') }], managingOrganization: { reference: 'Organization/none' } }, request: { method: 'POST', url: 'Patient' } }] });
  await ask(program, 'GET', `/${encodeURIComponent(secret('a word in an address that is none', 'Заблудшая'))}?x=1`);
  secrets.set('a name in an address, escaped', encodeURIComponent(family));
  return { secrets, statuses };
}
