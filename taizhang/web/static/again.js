// Something is under way: look again soon, until it has ended.

setTimeout(() => location.reload(), 1500);
