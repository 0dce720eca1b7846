import { problemRule } from './problems.ts'
import page from './unknown-field.md'

/** A designator no member answers to. */
export const unknownField = problemRule(['unknown-field'], {
  code: 'JH105',
  id: 'unknown-field',
  title: 'Unknown field',
  severity: 'error',
  page,
  constraints: [
    'build-unknown-field',
    'rev-iommu-units-12',
    'rev-amd-fields',
    'rev-pio-bitmap',
    'rev-sid-mask',
    'rev-mmconfig-old',
    'rev-shmem-region-v1',
  ],
})
