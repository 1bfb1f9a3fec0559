// In: a vector, a kind of vendor, and whether a script makes it late. Out: the addresses on the one host that stands for them.

/** `VECTOR.KIND.test`, or `VECTOR.late.KIND.test` where a script makes the vector after the page has loaded. */
export function addressesOf(vector, kind, late = false) {
  const host = `${vector}${late ? '.late' : ''}.${kind}.test`;
  const root = `https://${host}/`;
  const of = (ending) => `${root}a.${ending}`;
  return {
    host, root, kind: late ? `${kind}-late` : kind,
    js: of('js'), css: of('css'), gif: of('gif'), html: of('html'), svg: of('svg'), woff2: of('woff2'),
  };
}
