import { toSVG } from 'bwip-js/node';
import type { Ctx } from '../../access/context.ts';
import { FileAnswer } from '../module.ts';
import { barcodeOf } from './card-number.ts';
import { asPatient, identifierOf, nameOf, officialName, systems } from './person.ts';

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A label of 58 × 40 mm for the card's cover: name, birth date, number, Code 128. A page that prints as it is. */
export async function printLabel(ctx: Ctx, id: string): Promise<FileAnswer> {
  const patient = asPatient(await ctx.store.read('Patient', id));
  const card = identifierOf(patient, systems.card) ?? '';
  const code = card ? toSVG({ bcid: 'code128', text: barcodeOf(card), height: 10, scale: 2, includetext: false }) : '';
  const born = patient.birthDate?.split('-').reverse().join('.') ?? '';
  const ru = ctx.language === 'ru';
  const html = `<!doctype html><html lang="${ctx.language}"><meta charset="utf-8"><title>${ru ? 'Этикетка карты' : 'Card label'}</title><style>
@page { size: 58mm 40mm; margin: 2mm }
body { margin: 0; padding: 2mm; width: 54mm; font: 9pt/1.25 'Golos Text', system-ui, sans-serif; color: #000; background: #fff }
b { display: block; font-size: 10.5pt; overflow-wrap: anywhere } svg { display: block; width: 50mm; height: 13mm; margin: 1.5mm 0 .5mm }
span { font-variant-numeric: tabular-nums; letter-spacing: .06em }
</style><b>${escaped(nameOf(officialName(patient)))}</b>${escaped(born)}${code}<span>№ ${escaped(card)}</span></html>`;
  return new FileAnswer(Buffer.from(html, 'utf8'), 'text/html', 'label.html');
}
