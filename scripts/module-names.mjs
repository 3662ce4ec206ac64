import ts from 'typescript'

/**
 * Whether a string names a module: in an import, a re-export, a dynamic import or an import type.
 *
 * @param {ts.StringLiteral} node
 */
export function isModuleName({ parent }) {
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent)
  if (ts.isCallExpression(parent)) return parent.expression.kind === ts.SyntaxKind.ImportKeyword
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)
}
