package python_test

import "example.com/multithreading/helpers/python"

// What Python prints appears as if Go had printed it.
func ExampleRun() {
	python.Run(`print(sum(range(5)))`)
	// Output:
	// 10
}
