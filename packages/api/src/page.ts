/** One page of a list; `next` is given back as `after`, null at the end. */
export interface PageView<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
