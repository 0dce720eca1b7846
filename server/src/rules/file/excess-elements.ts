import page from './excess-elements.md'
import { problemRule } from './problems.ts'

/** Elements behind the declared end of an array are lost. */
export const excessElements = problemRule(
  ['excess-elements', 'array-index'],
  {
    code: 'JH109',
    id: 'excess-elements',
    title: 'Excess array elements',
    severity: 'error',
    charges: 'flags',
    page,
    constraints: ['build-excess-initializers', 'iommu-too-many'],
  },
  () => 'error',
)
