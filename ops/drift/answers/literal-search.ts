import ts from "typescript";

/**
 * Finds the literals that may reach a place inside an expression: through constants, functions, spreads and, where a
 * value comes in from outside, through whatever is written to the property of that type. More than one may fit; which
 * one it is, a preview has to say.
 */
export class LiteralSearch {
  readonly #checker: ts.TypeChecker;
  readonly #files: readonly ts.SourceFile[];
  readonly #found = new Set<ts.Expression>();
  readonly #seen = new Set<string>();

  constructor(checker: ts.TypeChecker, files: readonly ts.SourceFile[]) {
    this.#checker = checker;
    this.#files = files;
  }

  search(expression: ts.Expression, steps: readonly string[]): ReadonlySet<ts.Expression> {
    this.#follow(expression, steps);
    return this.#found;
  }

  #follow(written: ts.Expression, steps: readonly string[]): void {
    const expression = withoutMarks(written);
    const key = [expression.getSourceFile().fileName, expression.pos, expression.end, ...steps].join("\0");
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (isLiteral(expression)) {
      if (steps.length === 0) this.#found.add(expression);
    } else if (ts.isObjectLiteralExpression(expression)) {
      for (const member of expression.properties) this.#followMember(member, steps);
    } else if (ts.isArrayLiteralExpression(expression)) {
      const item = expression.elements[Number(steps[0])];
      if (item !== undefined) this.#follow(item, steps.slice(1));
    } else if (ts.isPropertyAccessExpression(expression)) {
      this.#follow(expression.expression, [expression.name.text, ...steps]);
    } else if (ts.isIdentifier(expression)) {
      this.#followSymbol(this.#checker.getSymbolAtLocation(expression), steps);
    } else if (ts.isCallExpression(expression)) {
      this.#followCall(expression, steps);
    } else {
      for (const side of sidesOf(expression)) this.#follow(side, steps);
    }
  }

  #followMember(member: ts.ObjectLiteralElementLike, [step, ...rest]: readonly string[]): void {
    if (step === undefined) return;
    if (ts.isSpreadAssignment(member)) this.#follow(member.expression, [step, ...rest]);
    else if (member.name === undefined || nameOf(member.name) !== step) return;
    else if (ts.isPropertyAssignment(member)) this.#follow(member.initializer, rest);
    else if (ts.isShorthandPropertyAssignment(member))
      this.#followSymbol(this.#checker.getShorthandAssignmentValueSymbol(member), rest);
  }

  /** What a function gives back; and what it is given, which it may have brought into another unit. */
  #followCall(call: ts.CallExpression, steps: readonly string[]): void {
    const declaration = this.#checker.getResolvedSignature(call)?.declaration;
    if (declaration !== undefined && "body" in declaration && declaration.body !== undefined)
      for (const given of returnsOf(declaration.body)) this.#follow(given, steps);
    if (steps.length === 0) for (const argument of call.arguments) this.#follow(argument, []);
  }

  #followSymbol(named: ts.Symbol | undefined, steps: readonly string[]): void {
    const isAlias = named !== undefined && (named.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? this.#checker.getAliasedSymbol(named) : named;
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined)
        this.#follow(declaration.initializer, steps);
      else if (ts.isParameter(declaration)) this.#followType(declaration, steps);
      else if (ts.isBindingElement(declaration)) this.#followBinding(declaration, steps);
    }
  }

  #followBinding(element: ts.BindingElement, steps: readonly string[]): void {
    const owner = element.parent.parent;
    const inside = [nameOf(element.propertyName ?? element.name), ...steps];
    if (ts.isVariableDeclaration(owner) && owner.initializer !== undefined)
      this.#follow(owner.initializer, inside);
    else if (ts.isParameter(owner)) this.#followType(owner, inside);
  }

  /** Of a parameter only its type is known: whoever writes that property of that type may have given the value. */
  #followType(parameter: ts.ParameterDeclaration, steps: readonly string[]): void {
    let type = this.#checker.getTypeAtLocation(parameter);
    let property: ts.Symbol | undefined;
    for (const step of steps) {
      property = this.#checker.getNonNullableType(type).getProperty(step);
      if (property === undefined) return;
      type = this.#checker.getTypeOfSymbol(property);
    }
    if (property !== undefined) for (const value of this.#writtenTo(property)) this.#follow(value, []);
  }

  #writtenTo(property: ts.Symbol): readonly ts.Expression[] {
    const written: ts.Expression[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && nameOf(node.name) === property.name && this.#isOf(node, property))
        written.push(node.initializer);
      ts.forEachChild(node, visit);
    };
    for (const file of this.#files) visit(file);
    return written;
  }

  #isOf(assignment: ts.PropertyAssignment, { name, declarations = [] }: ts.Symbol): boolean {
    const own = this.#checker.getContextualType(assignment.parent)?.getProperty(name)?.declarations ?? [];
    return own.some((declaration) => declarations.includes(declaration));
  }
}

function withoutMarks(expression: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isNonNullExpression(expression)
    ? withoutMarks(expression.expression)
    : expression;
}

function isLiteral(node: ts.Expression): boolean {
  return (
    ts.isStringLiteral(node) ||
    ts.isNumericLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword
  );
}

/** The expressions of which one is the value. */
function sidesOf(expression: ts.Expression): readonly ts.Expression[] {
  if (ts.isConditionalExpression(expression)) return [expression.whenTrue, expression.whenFalse];
  if (!ts.isBinaryExpression(expression)) return [];
  switch (expression.operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.BarBarToken:
      return [expression.left, expression.right];
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return [expression.right];
    default:
      return [];
  }
}

function returnsOf(body: ts.Node): readonly ts.Expression[] {
  if (!ts.isBlock(body)) return [body as ts.Expression];
  const given: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) given.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return given;
}

function nameOf(name: ts.PropertyName | ts.BindingName): string {
  return "text" in name ? name.text : name.getText();
}
