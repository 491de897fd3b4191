/** What stands in the source field of every ticket; written here again, so that the oracle does not take the product's word. */
export const SOURCE_TEXT = 'AI-Generated | Requires Human Review';
