/** The resource group of every bucket. */
export const defaultResourceGroup = 'rg-acfmemulator00'
