import { Bitmap } from '../bitmap/bitmap.ts';
import type { BranchKind, GroupListKind, StoredNode } from '../study-filter/rules.ts';
import type { PreviewNode } from './rules.ts';

/** A node as it is evaluated over sets: a stored one, or one that is only asked about. */
export type SetNode = Leaf | { readonly kind: BranchKind; readonly filters: readonly SetNode[] };

export type Leaf = Exclude<PreviewNode | StoredNode, { readonly kind: BranchKind }>;
export type GroupLeaf = Extract<Leaf, { readonly kind: GroupListKind }>;

/** The sets of participants that trees are made of, all as of one moment. */
export interface Sources {
  /** Whom a leaf names: whom it lets in or keeps out. */
  readonly named: (leaf: Leaf) => Bitmap;
  /** Who is never eligible: the erased, and members of universal blocklists. */
  readonly excluded: Bitmap;
  /** Everybody whom the workspace knows, where one of the trees is open. */
  readonly everybody: Bitmap;
}

/** A set of participants, or of all who are not in it. */
interface KeySet {
  readonly isComplement: boolean;
  readonly keys: Bitmap;
}

/** The keys of the eligible participants: who passes the filters, without those who never are. */
export function eligibleKeys(filters: readonly SetNode[], sources: Sources): Bitmap {
  const { isComplement, keys } = intersection(filters.map((node) => evaluate(node, sources)));
  const passing = isComplement ? sources.everybody.andNot(keys) : keys;
  return passing.andNot(sources.excluded);
}

/** Whether filters let in everybody but some: then somebody whom they do not name is eligible. */
export function areOpen(filters: readonly SetNode[]): boolean {
  return filters.every(isOpen);
}

/**
 * Whether somebody whom no group and no study of these filters has ever seen may be eligible by them: whom the workspace
 * comes to know is then another, or may be named by a list.
 */
export function letsStrangersIn(filters: readonly SetNode[]): boolean {
  return areOpen(filters) || leavesOf(filters).some(({ kind }) => kind.startsWith('CUSTOM'));
}

/** Whether filters see memberships by their age: then time alone decides as well. */
export function hasWindow(filters: readonly SetNode[]): boolean {
  return leavesOf(filters).some((leaf) => 'groupKeys' in leaf && !isUnion(leaf));
}

/** Whether a leaf names whoever is in one of its groups, whenever they joined. */
export function isUnion(leaf: Leaf): leaf is GroupLeaf {
  return 'groupKeys' in leaf && leaf.joinedWithinDays === null && leaf.joinedBeforeDays === null;
}

/** Every node that names somebody. */
export function leavesOf(filters: readonly SetNode[]): Leaf[] {
  return filters.flatMap((node) => ('filters' in node ? leavesOf(node.filters) : [node]));
}

function isOpen(node: SetNode): boolean {
  if (node.kind === 'ALL') return areOpen(node.filters);
  if (node.kind === 'ANY') return node.filters.some(isOpen);
  return node.kind.endsWith('BLOCKLIST');
}

function evaluate(node: SetNode, sources: Sources): KeySet {
  switch (node.kind) {
    case 'ALL':
      return intersection(node.filters.map((each) => evaluate(each, sources)));
    case 'ANY':
      return complement(intersection(node.filters.map((each) => complement(evaluate(each, sources)))));
    default:
      return { isComplement: isOpen(node), keys: sources.named(node) };
  }
}

function complement({ isComplement, keys }: KeySet): KeySet {
  return { isComplement: !isComplement, keys };
}

/**
 * Whom all sets have in common; everybody where there is none. Complements are moved outward (De Morgan), so that
 * everybody is needed only where the filters let in everybody but some.
 */
function intersection(sets: readonly KeySet[]): KeySet {
  const [first, ...others] = sets.filter(({ isComplement }) => !isComplement).map(({ keys }) => keys);
  const without = Bitmap.union(sets.filter(({ isComplement }) => isComplement).map(({ keys }) => keys));
  if (first === undefined) return { isComplement: true, keys: without };
  const common = others.reduce((some, keys) => some.and(keys), first);
  return { isComplement: false, keys: common.andNot(without) };
}
