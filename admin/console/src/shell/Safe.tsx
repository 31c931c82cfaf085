// A part of the page that fails says so, and the rest of it stays.
import { Component, type ReactNode } from "react";
import { Sorry } from "./parts";

export class Safe extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <Sorry error={error} retry={() => this.setState({ error: undefined })} /> : this.props.children;
  }
}
