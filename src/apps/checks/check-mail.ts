import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Finding, Given } from './finding.ts';

/** The mail server of `KARTA_MAIL` (`smtp://host:port`, `smtps://…`) greets with 220 (RFC 5321 §4.2); nothing is sent. */
export async function checkMail({ env }: Given): Promise<Finding> {
  if (!env.KARTA_MAIL) return { ok: true, text: { ru: 'Почта: не настроена (KARTA_MAIL)', en: 'Mail: not configured (KARTA_MAIL)' } };
  if (!URL.canParse(env.KARTA_MAIL)) return { ok: false, text: { ru: 'Почта: KARTA_MAIL — не адрес сервера', en: 'Mail: KARTA_MAIL is not the address of a server' }, mend: 'export KARTA_MAIL=smtp://localhost:25' };
  const { hostname, port, protocol } = new URL(env.KARTA_MAIL);
  const at = { host: hostname, port: Number(port) || (protocol === 'smtps:' ? 465 : 25) };
  const greeting = await new Promise<string>((resolve) => {
    const socket = protocol === 'smtps:' ? connectTls({ ...at, servername: hostname }) : connect(at);
    socket.setTimeout(5000, () => socket.destroy(new Error('timeout')));
    socket.once('data', (data) => {
      resolve(data.toString('latin1').trim());
      socket.destroy();
    });
    socket.once('error', (error) => resolve(error.message));
  });
  const ok = greeting.startsWith('220');
  const where = `${at.host}:${at.port}`;
  return { ok, text: ok ? { ru: `Почта: ${where}`, en: `Mail: ${where}` } : { ru: `Почта: ${where} не отвечает (${greeting})`, en: `Mail: ${where} does not answer (${greeting})` }, ...(!ok && { mend: `nc -vz ${at.host} ${at.port}` }) };
}
