/** Whether every typed word begins a word of the text; е is ё. The same rule as the screens' own filter. Pure. */
export function saysWords(typed: string, text: string): boolean {
  const plain = (part: string) => part.toLowerCase().replaceAll('ё', 'е').replaceAll('\u00a0', ' ');
  const words = plain(text).split(/[^\p{L}\p{N},.]+/u);
  return plain(typed).split(/\s+/).filter(Boolean).every((wanted) => words.some((word) => word.startsWith(wanted)));
}
