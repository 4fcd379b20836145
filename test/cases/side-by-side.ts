/** Does one thing with each value, `width` at a time; answers in the order of the values. */
export async function sideBySide<Value, Result>(
	values: readonly Value[],
	width: number,
	work: (value: Value) => Promise<Result>,
): Promise<readonly Result[]> {
	const results: Result[] = []
	let next = 0
	const worker = async () => {
		for (let index = next++; index < values.length; index = next++)
			results[index] = await work(values[index] as Value)
	}
	await Promise.all(Array.from({ length: Math.min(width, values.length) }, worker))
	return results
}
