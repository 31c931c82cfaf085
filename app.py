"""Everything AWS can call, on one page: the HTTP routes, the schedules, the stream, the queue."""

from chalice import Chalice, Rate

from chalicelib.edges import background, mounting

# Powertools writes the log; a second handler of Chalice's would write each line twice.
app = Chalice(app_name="jisheng", configure_logs=False)
mounting.mount(app)


@app.on_dynamodb_record(stream_arn="replaced-by-infra-resources-yaml", batch_size=100)
def relay(event):
    """Events of the table `cases` go into the feed."""
    return background.relay(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event):
    """Every minute: one message a shard of the timers."""
    return background.tick(event.to_dict(), event.context)


@app.on_sqs_message(queue="timers", batch_size=1)
def sweep(event):
    """Fire what is due in one shard."""
    return background.sweep(event.to_dict(), event.context)


@app.on_sqs_message(queue="work", batch_size=1)
def work(event):
    """Do what a request asked for and did not wait for: a check, a trial, a part of a migration."""
    return background.work(event.to_dict(), event.context)


@app.on_sqs_message(queue="deliveries", batch_size=10)
def deliver(event):
    """Send webhooks to those who subscribed, first attempts and, from a queue of their own, retries."""
    return background.deliver(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.HOURS))
def root(event):
    """Every hour: the root over the chain heads that the feed saw, signed into the log of roots."""
    return background.root(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.HOURS))
def sweep_feed(event):
    """Every hour, and at each start of the embedded stack: tell what the stream missed."""
    return background.sweep_feed(event.to_dict(), event.context)


@app.lambda_function(name="seed")
def seed(event, context):
    """After a deployment: release the pack in `schemas/`, never over an official's work."""
    return background.seed(event, context)
